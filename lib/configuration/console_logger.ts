import type { Logger } from '../../types/configuration.ts'

/** Where notices and warnings go unless the host brings a logger. */
export const consoleLogger: Logger = {
  // biome-ignore lint/suspicious/noConsole: the documented default
  info: (message) => console.info(message),
  // biome-ignore lint/suspicious/noConsole: the documented default
  warn: (message) => console.warn(message),
  error(message, cause) {
    // biome-ignore lint/suspicious/noConsole: the documented default
    console.error(...(cause === undefined ? [message] : [message, cause]))
  },
}
