import { stringify } from 'yaml'

/** A value in a line or a few, as it would stand in the text; never longer than a screen reads. */
export function valueText(value: unknown): string {
  const text = stringify(value, { lineWidth: 0, compat: 'yaml-1.1' }).trimEnd()
  return text.length > 1200 ? `${text.slice(0, 1200)}…` : text
}
