import type { Logger } from '../../types/configuration.ts'

/** Among the lines of a whole application, each says where it comes from. */
const prefixed = (message: string): string => message.replace(/^/gm, 'openid-provider ')

/** Where notices and warnings go unless the host brings a logger. */
export const consoleLogger: Logger = {
  // biome-ignore lint/suspicious/noConsole: the documented default
  info: (message) => console.info(prefixed(message)),
  // biome-ignore lint/suspicious/noConsole: the documented default
  warn: (message) => console.warn(prefixed(message)),
  error(message, cause) {
    // biome-ignore lint/suspicious/noConsole: the documented default
    console.error(...(cause === undefined ? [prefixed(message)] : [prefixed(message), cause]))
  },
}
