import type { ReactNode } from 'react'

interface Shape {
  values: readonly (number | null)[]
  width?: number
  height?: number
  /** What the line says, for those who do not see it. */
  label: string
}

/** One path; a gap where there is no sample. Scaled from zero only when the line comes near it, so that change is seen. */
export function Sparkline({ values, width = 148, height = 30, label, stroke }: Shape & { stroke: string }): ReactNode {
  const known = values.filter(value => value !== null)
  if (known.length === 0) return <Flat width={width} height={height} label={label} />
  const top = Math.max(...known)
  const bottom = Math.min(...known)
  const floor = bottom < top * 0.5 ? 0 : bottom - (top - bottom) * 1.5
  const span = top - floor || 1
  const x = (index: number) => 2 + (index * (width - 4)) / Math.max(1, values.length - 1)
  const y = (value: number) => height - 4 - ((value - floor) / span) * (height - 10)
  const path = values
    .map((value, index) => {
      if (value === null) return ''
      const isBegun = index > 0 && values[index - 1] !== null
      return `${isBegun ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
  const last = values.findLastIndex(value => value !== null)
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path d={path} fill="none" stroke={stroke} strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={x(last)} cy={y(values[last] ?? 0)} r="2" fill={stroke} />
    </svg>
  )
}

/** Bars from zero: for ratios, where the height is the message. `markAt` (0–1 along the line) draws a moment. */
export function SparkBars(props: Shape & { fill: string; markAt: number | null }): ReactNode {
  const { values, width = 148, height = 30, label, fill, markAt } = props
  const top = Math.max(...values.map(value => value ?? 0), 0.01)
  const pitch = width / Math.max(1, values.length)
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path d={`M0 ${height - 0.5}h${width}`} stroke="var(--line-1)" />
      {values.map((value, index) => {
        if (value === null || value === 0) return null
        const tall = Math.max(0.6, (value / top) * (height - 5))
        return (
          <rect
            key={index}
            x={(index * pitch).toFixed(1)}
            y={(height - 1 - tall).toFixed(1)}
            width={Math.max(0.8, pitch - 0.7).toFixed(1)}
            height={tall.toFixed(1)}
            fill={fill}
          />
        )
      })}
      {markAt !== null && (
        <path d={`M${(markAt * width).toFixed(1)} 1V${height}`} stroke="var(--accent)" strokeDasharray="2 2" />
      )}
    </svg>
  )
}

function Flat({ width, height, label }: { width: number; height: number; label: string }): ReactNode {
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path d={`M0 ${height - 0.5}h${width}`} stroke="var(--line-1)" strokeDasharray="3 3" />
    </svg>
  )
}
