/** What the tests say they show. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import Mocha from 'mocha'

export interface TestTitle {
  title: string
  /** With what it stands in. */
  full: string
  /** From the root of the repository. */
  file: string
}

/**
 * The titles as the test runner sees them: loops over tables have run.
 * @param root of the repository @param mentions what is in the files that are wanted
 */
export async function readTitles(root: string, mentions: readonly RegExp[]): Promise<TestTitle[]> {
  const mocha = new Mocha({ dryRun: true })
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(root, 'test', name))
    .filter((file) => {
      const source = readFileSync(file, 'utf8')
      return mentions.some((pattern) => pattern.test(source))
    })
    .sort()
  for (const file of files) mocha.addFile(file)
  await mocha.loadFilesAsync()
  const titles: TestTitle[] = []
  mocha.suite.eachTest((test) => {
    const file = relative(root, test.file ?? '').replaceAll('\\', '/')
    titles.push({ title: test.title, full: test.fullTitle(), file })
  })
  return titles
}
