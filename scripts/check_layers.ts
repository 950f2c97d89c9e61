/** Holds the house to its plan: layers, circles, rooms of features, sizes of folders, names in the core, reasons of refusals. */
import { misplacedWords } from './layers/feature_words.ts'
import { crowdedFolders, lonelyFiles } from './layers/folders.ts'
import { behindTheHostWing, circles, importsDown, mixedRooms, throughTheWing } from './layers/imports.ts'
import { unexplained } from './layers/refusals.ts'
import { readSources } from './layers/sources.ts'

const sources = readSources()
const mistakes = [
  ...importsDown(sources),
  ...circles(sources),
  ...mixedRooms(sources),
  ...throughTheWing(sources),
  ...behindTheHostWing(sources),
  ...crowdedFolders(sources),
  ...lonelyFiles(sources),
  ...misplacedWords(sources),
  ...unexplained(sources),
]

for (const mistake of mistakes) console.error(mistake)
if (mistakes.length > 0) process.exitCode = 1
