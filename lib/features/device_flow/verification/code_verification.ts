import { DIRECT_REQUEST_PARAMETERS } from '../../../actions/authorization/direct_request.ts'
import { loadSession } from '../../../actions/authorization/interaction/load_session.ts'
import { storedParameters } from '../../../actions/authorization/interaction/restore_request.ts'
import { refuseMalformed } from '../../../actions/authorization/rules/request_rules.ts'
import { goOnAfterForm } from '../../../actions/pages/go_on.ts'
import { type Action, defineAction } from '../../../engine/define_action.ts'
import { readQueryOrForm } from '../../../engine/read_form.ts'
import type { Step } from '../../../engine/runtime.ts'
import { noStore } from '../../../engine/wraps/no_store.ts'
import { allowDevice } from './allow_device.ts'
import { showCodeForm } from './ask_for_code.ts'
import { abortDevice, askForConfirmation, holdDeviceCode, loadDeviceClient } from './confirm_device.ts'
import { deviceErrors } from './device_errors.ts'
import { findUserCode, takeForm } from './find_user_code.ts'
import type { UserCodeGuard } from './user_code_guard.ts'

/** What the device asked for counts again. The rules run once more: the client may have changed since. */
const restoreDeviceRequest: Step = (ctx) =>
  ctx.oidc.takeParameters(storedParameters(ctx.oidc.loaded('DeviceCode').params ?? {}))

/** Where a person enters the code that their device shows. @see RFC 8628 §3.3 */
export const codeVerification = (guard: UserCodeGuard): Action =>
  defineAction({
    name: 'code_verification',
    methods: ['GET', 'POST'],
    path: 'code_verification',
    params: [...DIRECT_REQUEST_PARAMETERS, 'user_code', 'xsrf', 'confirm', 'abort'],
    wraps: [noStore, goOnAfterForm, deviceErrors('code_verification.error')],
    steps: [
      readQueryOrForm,
      loadSession,
      showCodeForm,
      refuseMalformed,
      takeForm,
      findUserCode(guard),
      loadDeviceClient,
      askForConfirmation,
      abortDevice,
      holdDeviceCode,
      restoreDeviceRequest,
      ...allowDevice,
    ],
  })
