import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const OPTIONS = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

/** Starts the chromium of the system; none is ever downloaded. It keeps cookies from frames of other sites. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(OPTIONS)
}

export interface PermissiveBrowser {
  readonly context: BrowserContext
  end(): Promise<void>
}

/**
 * Starts one whose person lets frames of other sites have their cookies.
 * @returns its only context, and what ends it together with its profile
 */
export async function launchPermissive(options: BrowserContextOptions): Promise<PermissiveBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'))
  mkdirSync(join(profile, 'Default'))
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences))
  const context = await chromium.launchPersistentContext(profile, { ...OPTIONS, ...options })
  const end = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
  return { context, end }
}
