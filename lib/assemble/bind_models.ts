import { Client } from '../clients/client.ts'
import type { Models } from '../engine/runtime.ts'
import { featureModels } from '../features/models.ts'
import { AccessToken } from '../models/access_token.ts'
import { AuthorizationCode } from '../models/authorization_code.ts'
import { Claims } from '../models/claims.ts'
import { Grant } from '../models/grant.ts'
import { IdToken } from '../models/id_token.ts'
import { Interaction } from '../models/interaction.ts'
import type { ModelRuntime } from '../models/model_runtime.ts'
import { RefreshToken } from '../models/refresh_token.ts'
import { ReplayDetection } from '../models/replay_detection.ts'
import { Session } from '../models/session.ts'

/**
 * Makes this provider's own model classes, so that two providers in one process share nothing.
 * @param rt is read when a model is used, not before
 */
export function bindModels(rt: () => ModelRuntime): Models {
  return {
    ...featureModels(rt),
    AccessToken: class extends AccessToken {
      static override get rt() {
        return rt()
      }
    },
    AuthorizationCode: class extends AuthorizationCode {
      static override get rt() {
        return rt()
      }
    },
    Claims: class extends Claims {
      static override get rt() {
        return rt()
      }
    },
    Client: class extends Client {
      static override get rt() {
        return rt()
      }
    },
    Grant: class extends Grant {
      static override get rt() {
        return rt()
      }
    },
    IdToken: class extends IdToken {
      static override get rt() {
        return rt()
      }
    },
    Interaction: class extends Interaction {
      static override get rt() {
        return rt()
      }
    },
    RefreshToken: class extends RefreshToken {
      static override get rt() {
        return rt()
      }
    },
    ReplayDetection: class extends ReplayDetection {
      static override get rt() {
        return rt()
      }
    },
    Session: class extends Session {
      static override get rt() {
        return rt()
      }
    },
  }
}
