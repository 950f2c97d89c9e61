import type { TracingChannel } from 'node:diagnostics_channel'
import type { TracedMessage } from '../../../types/running/diagnostics.ts'

/**
 * Calls with a message around it; what it answers is not in it. What answers at once still does, unlike with `tracePromise`: whether a step has to be waited for
 * must not depend on who listens.
 */
export function traced<Message extends TracedMessage, T>(
  channel: TracingChannel<unknown, Message>,
  message: Message,
  call: () => Promise<T>,
): Promise<T>
export function traced<Message extends TracedMessage, T>(
  channel: TracingChannel<unknown, Message>,
  message: Message,
  call: () => T | Promise<T>,
): T | Promise<T>
export function traced<Message extends TracedMessage, T>(
  channel: TracingChannel<unknown, Message>,
  message: Message,
  call: () => T | Promise<T>,
): T | Promise<T> {
  const { start, end, asyncStart, asyncEnd, error } = channel
  const failed = (thrown: unknown): never => {
    message.error = thrown
    error.publish(message)
    throw thrown
  }
  const settled = () => {
    asyncStart.publish(message)
    asyncEnd.publish(message)
  }
  const begin = (): T | Promise<T> => {
    try {
      const answer = call()
      message.isPending = answer instanceof Promise
      return answer instanceof Promise ? answer.catch(failed).finally(settled) : answer
    } catch (thrown) {
      return failed(thrown)
    } finally {
      end.publish(message)
    }
  }
  return start.runStores(message, begin)
}
