import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import type { DiagnosticsChannels } from '../../../types/running/diagnostics.ts'

type Name = keyof DiagnosticsChannels

/** One of the channels, for whoever publishes there. */
export type Channel<N extends Name> = TracingChannel<unknown, DiagnosticsChannels[N]>

const channel = <N extends Name>(name: N): Channel<N> => tracingChannel<unknown, DiagnosticsChannels[N]>(name)

/** Channels of the process: Node keeps one of each name, whoever asks for it. */
export const REQUEST = channel('openid-provider:request')
export const STEP = channel('openid-provider:step')
export const STORAGE = channel('openid-provider:storage')
export const OUTGOING = channel('openid-provider:outgoing')
export const SIGNATURE = channel('openid-provider:signature')
