import sinon from 'sinon'

/** From here on no second passes: what is left of a lifetime is exactly what it was made with. */
export function stopClock(): void {
  sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
}

/** Goes with every `stopClock()`, in an `afterEach()`. */
export function startClock(): void {
  sinon.restore()
}
