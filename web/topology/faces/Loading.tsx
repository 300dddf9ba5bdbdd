import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

const spots = [
  [7, 48],
  [20, 48],
  [36, 26],
  [36, 52],
  [36, 76],
  [52, 34],
  [52, 62],
  [68, 50],
  [84, 26],
  [84, 54],
  [84, 80],
] as const
const lines = [
  [0, 1],
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 5],
  [3, 5],
  [3, 6],
  [4, 6],
  [5, 8],
  [6, 7],
  [7, 9],
  [7, 10],
] as const

/** The skeleton of a map: regions, nodes and the curves between them, in the places such things take. */
export function LoadingMap(): ReactNode {
  const { t } = useTranslation()
  return (
    <div className="loading-map" role="status">
      <span className="sr">{t($ => $.topology.faces.loading)}</span>
      <svg className="breathes" viewBox="0 0 1000 640" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
        <rect x="150" y="248" width="100" height="118" rx="12" className="ground" />
        <rect x="300" y="96" width="284" height="470" rx="12" className="ground" />
        <rect x="780" y="96" width="120" height="490" rx="12" className="ground" />
        {lines.map(([from, to]) => {
          const [x1, y1] = at(from)
          const [x2, y2] = at(to)
          const middle = (x1 + x2) / 2
          return <path key={`${from}-${to}`} d={`M${x1 + 22} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - 22} ${y2}`} />
        })}
        {spots.map((_, index) => {
          const [x, y] = at(index)
          return (
            <g key={index}>
              <rect x={x - 16} y={y - 16} width="32" height="32" rx="9" className="bone" />
              <rect x={x - 24} y={y + 23} width="48" height="7" rx="3" className="bone" />
            </g>
          )
        })}
      </svg>
    </div>
  )
}

const at = (index: number): readonly [number, number] => [(spots[index]?.[0] ?? 0) * 10, (spots[index]?.[1] ?? 0) * 6.4]

/** The skeleton of the table twin: its head and its rows. */
export function LoadingTable(): ReactNode {
  const { t } = useTranslation()
  return (
    <div className="loading-table" role="status">
      <span className="sr">{t($ => $.topology.faces.loading)}</span>
      {Array.from({ length: 14 }, (_, row) => (
        <div key={row} aria-hidden="true">
          {[17 + ((row * 5) % 7), 14 + ((row * 3) % 9), 5, 6, 5, 5, 5, 8].map((width, index) => (
            <span key={index} className="skeleton" style={{ width: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  )
}
