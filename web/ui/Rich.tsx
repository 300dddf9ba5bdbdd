import type { ReactNode } from 'react'

/** A sentence in which `<m>names of objects</m>` are set in mono. Text stays text: nothing else is understood. */
export function Rich({ text }: { text: string }): ReactNode {
  return text.split(/<m>(.*?)<\/m>/).map((part, index) =>
    index % 2 === 1 ? (
      <span key={index} className="mono">
        {part}
      </span>
    ) : (
      part
    ),
  )
}
