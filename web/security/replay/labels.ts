/** Labels as a hand writes them: `key=value`, one a line. */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')

/** Kubernetes documentation, "Labels and Selectors", "Syntax and character set". */
const name = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const value = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/** `wrong`: the first line that is no label. */
export function labelsIn(text: string): { labels: Record<string, string>; wrong: string | null } {
  const labels: Record<string, string> = {}
  let wrong: string | null = null
  for (const line of text.split('\n').map(each => each.trim())) {
    if (line === '') continue
    const [key = '', ...rest] = line.split('=')
    const own = rest.join('=').trim()
    if (rest.length > 0 && name.test(key.trim()) && value.test(own)) labels[key.trim()] = own
    else wrong ??= line
  }
  return { labels, wrong }
}
