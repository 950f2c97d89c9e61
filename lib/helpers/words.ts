/** The words of a space-delimited list, such as a scope. */
export function words(list: string | undefined): string[] {
  if (list === undefined) return []
  const all = list.split(' ')
  return all.includes('') ? all.filter(Boolean) : all
}

/** Items as hosts list them: text separated by spaces, an array, a Set. */
export const listed = (items: string | Iterable<string>): string[] =>
  typeof items === 'string' ? words(items) : [...items]

/** Both lists' words, each once. */
export function addWords(list: string | undefined, more: string | undefined): string {
  return [...new Set([...words(list), ...words(more)])].join(' ')
}

/** The first list without the words of the second. */
export function removeWords(list: string | undefined, less: string | undefined): string {
  const gone = new Set(words(less))
  return words(list)
    .filter((word) => !gone.has(word))
    .join(' ')
}
