import { protectPage, refuseFrames, requirePage } from '../../../actions/pages/host_page.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'

/**
 * Has a function of the configuration answer with its page, and our own do it where that fails: a person in the middle
 * of something is not left alone.
 */
export async function renderSource(
  ctx: Ctx,
  rt: Runtime,
  { option, source, ours }: { option: string; source: () => unknown; ours: () => void },
): Promise<void> {
  protectPage(ctx)
  try {
    await source()
    requirePage(ctx, `deviceFlow.${option}`)
  } catch (failure) {
    rt.serverError(ctx, failure)
    ours()
  }
  refuseFrames(ctx)
}
