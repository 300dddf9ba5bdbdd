import type { ReactNode } from 'react'

/** 16 × 16 line icons, drawn for Weft. Each is decoration: the word stands beside it or in its control's name. */
const paths = {
  overview:
    'M3 2h3a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1ZM10 2h3a1 1 0 0 1 1 1v1.5a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1ZM3 10.5h3a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-1.5a1 1 0 0 1 1-1ZM10 8h3a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Z',
  topology:
    'M1.75 8a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0M10.75 3.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0M10.75 12.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0M5.3 8C9 8 7.5 3.5 10.7 3.5M5.3 8C9 8 7.5 12.5 10.7 12.5',
  services: 'M8 1.8 13.5 5v6L8 14.2 2.5 11V5ZM8 8.2 13.3 5.2M8 8.2v5.8M8 8.2 2.7 5.2',
  workloads:
    'M3 2.5h10a1 1 0 0 1 1 1V6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1ZM3 9h10a1 1 0 0 1 1 1v2.5a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM4.8 4.75h.01M4.8 11.25h.01M8 4.75h3.4M8 11.25h3.4',
  metrics: 'M2 13.5V2.5M2 13.5h12M4.5 10.5 7 7l2.5 2L13.5 4',
  traces: 'M2 3.5h8M5 8h9M7 12.5h4',
  security: 'M8 1.8 13 3.6V8c0 3-2.2 5.2-5 6.2C5.2 13.2 3 11 3 8V3.6ZM5.8 8l1.6 1.6 2.9-3.2',
  config: 'M3.5 1.8h6L13 5.2v9H3.5ZM9.3 1.8v3.6H13M5.8 8.5h4.5M5.8 11.2h3',
  mesh: 'M2 5h12M2 11h12M5 2v12M11 2v12',
  layers: 'm8 2 6 3.2-6 3.2-6-3.2ZM2.5 8.5 8 11.4l5.5-2.9M2.5 11.3 8 14.2l5.5-2.9',
  down: 'm4.5 6.5 3.5 3.5 3.5-3.5',
  right: 'm6.5 4.5 3.5 3.5-3.5 3.5',
  left: 'm9.5 4.5-3.5 3.5 3.5 3.5',
  search: 'M2.5 7a4.5 4.5 0 1 0 9 0 4.5 4.5 0 1 0-9 0M10.5 10.5l3.5 3.5',
  bell: 'M3.5 11.5h9c-1-1-1.2-2.3-1.2-4.3a3.3 3.3 0 0 0-6.6 0c0 2-.2 3.3-1.2 4.3ZM6.8 13.8h2.4',
  sun: 'M5.2 8a2.8 2.8 0 1 0 5.6 0 2.8 2.8 0 1 0-5.6 0M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  auto: 'M2.5 8a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0M8 2.5v11M8 5l3.5-1M8 8h5.5M8 11l3.5 1',
  hide: 'M2 8c1.5-2.6 3.5-4 6-4s4.5 1.4 6 4c-1.5 2.6-3.5 4-6 4S3.5 10.6 2 8ZM3 13.5 13 2.5',
  map: 'M2.2 8a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M10.2 4.5a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M10.2 11.5a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M5.7 7.3 10.3 5.2M5.7 8.7l4.6 2.1',
  table: 'M3 3h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM2 6.5h12M2 9.8h12M6.5 6.5V13',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  fit: 'M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  share: 'M6 3.5H3v9.5h9.5v-3M9 2.5h4.5V7M13.2 2.8 7.5 8.5',
  image: 'M8 2.5v7M5 6.8l3 3 3-3M2.5 11v2.5h11V11',
  copy: 'M6 5.5h7.5V14H6ZM10.5 5.5V2H3v8.5h3',
  code: 'm5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  clock: 'M2.5 8a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0M8 4.8V8l2.2 1.5',
  language: 'M2 4h7M5.5 2.5V4M7.5 4c-.6 2.6-2.4 4.6-5 5.6M3.6 6c.9 1.6 2.3 2.8 4 3.5M7.8 13.5l3-7.5 3 7.5M8.8 11h4',
} as const

export type IconName = keyof typeof paths

/** Decorative: always beside a word, or inside a control that has a name. */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }): ReactNode {
  return (
    <svg className={small ? 'i sm' : 'i'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
