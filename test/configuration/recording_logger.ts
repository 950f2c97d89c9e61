import type { Logger } from '../../types/configuration.ts'

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly infos: string[]
  readonly warnings: string[]
}

export function recordingLogger(): RecordingLogger {
  const infos: string[] = []
  const warnings: string[] = []
  return {
    infos,
    warnings,
    info: (message) => void infos.push(message),
    warn: (message) => void warnings.push(message),
    error: () => undefined,
  }
}
