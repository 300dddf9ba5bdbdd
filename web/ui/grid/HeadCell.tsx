import type { ReactNode } from 'react'

export const cellClass = (column: { isNumber?: boolean; isSpare?: boolean }): string | undefined =>
  [column.isNumber === true ? 'num' : '', column.isSpare === true ? 'spare' : ''].filter(Boolean).join(' ') || undefined

/** The head of a column that can be sorted by: a press goes to the next way of sorting. */
export function HeadCell(props: {
  head: string
  title?: string | undefined
  isNumber?: boolean
  isSpare?: boolean
  sorted: 'ascending' | 'descending' | 'none'
  onSort: () => void
}): ReactNode {
  const { sorted } = props
  return (
    <th scope="col" aria-sort={sorted} className={cellClass(props)}>
      <button type="button" title={props.title} onClick={props.onSort}>
        {props.head}
        <span aria-hidden="true">{sorted === 'none' ? '' : sorted === 'descending' ? ' ↓' : ' ↑'}</span>
      </button>
    </th>
  )
}
