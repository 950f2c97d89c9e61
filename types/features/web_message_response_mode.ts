import type { FeatureOptions } from './feature_options.ts'

/**
 * Authorization responses as messages between browser windows. A draft. @see OAuth 2.0 Web Message Response Mode
 * @example
 * features: { webMessageResponseMode: { enabled: true } } // response_mode=web_message
 */
export interface WebMessageResponseModeOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /** Where relayed web messages may be posted. @see OAuth 2.0 Web Message Response Mode §5 @example ['https://app.example.com'] */
    web_message_uris?: string[] | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly webMessageUris?: string[] | undefined
  }
}
