import { tracingChannel } from 'node:diagnostics_channel'
import type { DiagnosticsChannels } from '../../types/running/diagnostics.ts'

type Name = keyof DiagnosticsChannels

/** What was heard: the phase, and the message as it was then. */
export interface Heard<N extends Name> {
  readonly phase: 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'
  readonly message: DiagnosticsChannels[N]
}

const undoing: (() => void)[] = []

/** Listens to a channel until `stopListening`. */
export function listenTo<N extends Name>(name: N): Heard<N>[] {
  const heard: Heard<N>[] = []
  const channel = tracingChannel<unknown, DiagnosticsChannels[N]>(name)
  const hear = (phase: Heard<N>['phase']) => (message: DiagnosticsChannels[N]) => {
    heard.push({ phase, message: { ...message } })
  }
  const subscribers = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  }
  channel.subscribe(subscribers)
  undoing.push(() => channel.unsubscribe(subscribers))
  return heard
}

export function stopListening(): void {
  for (const undo of undoing.splice(0)) undo()
}
