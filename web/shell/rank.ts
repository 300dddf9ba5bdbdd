import type { Command } from '#web/ui/registry.ts'

export interface CommandGroup {
  name: string
  commands: Command[]
}

/** At most so many of one group: the palette is for going somewhere, the table for looking through everything. */
const most = 8

/** Every typed word must occur; a label that starts with the first word comes first. Groups keep the order they came in. */
export function rank(commands: readonly Command[], text: string): CommandGroup[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  const groups = new Map<string, { command: Command; score: number }[]>()
  for (const command of commands.toSorted(
    (a, b) => Number(a.isLastResort ?? false) - Number(b.isLastResort ?? false),
  )) {
    const score = scoreOf(command, words)
    if (score === null) continue
    const group = groups.get(command.group) ?? []
    group.push({ command, score })
    groups.set(command.group, group)
  }
  return [...groups].map(([name, found]) => ({
    name,
    commands: found
      .sort((a, b) => a.score - b.score)
      .slice(0, most)
      .map(({ command }) => command),
  }))
}

function scoreOf({ label, keywords = '' }: Command, words: readonly string[]): number | null {
  const [first] = words
  if (first === undefined) return 0
  const name = label.toLowerCase()
  const all = `${name} ${keywords.toLowerCase()}`
  if (!words.every(word => all.includes(word))) return null
  if (name === words.join(' ')) return 0
  if (name.startsWith(first)) return 1
  return name.includes(first) ? 2 : 3
}
