import type { ReactNode } from 'react'

/** The head of a column that can be sorted by: a press goes to the next way of sorting. */
export function HeadCell(props: {
  head: string
  title?: string | undefined
  isNumber?: boolean
  sorted: 'ascending' | 'descending' | 'none'
  onSort: () => void
}): ReactNode {
  const { sorted } = props
  return (
    <th scope="col" aria-sort={sorted} className={props.isNumber === true ? 'num' : undefined}>
      <button type="button" title={props.title} onClick={props.onSort}>
        {props.head}
        <span aria-hidden="true">{sorted === 'none' ? '' : sorted === 'descending' ? ' ↓' : ' ↑'}</span>
      </button>
    </th>
  )
}
