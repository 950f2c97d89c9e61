import type { ErrorEvent } from '../../engine/failure.ts'
import type { Wrap } from '../../engine/runtime.ts'
import { answerFailures } from '../../engine/wraps/answer_failures.ts'
import { renderError } from './render_error.ts'

/** Shows every failure of an endpoint to the person in front of it. */
export const pageErrors = (event: ErrorEvent): Wrap => answerFailures(event, renderError)
