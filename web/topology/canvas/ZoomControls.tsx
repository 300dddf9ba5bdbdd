import type { ReactElement } from 'react'
import type { MapWords } from './words.ts'

interface Props {
  /** 1 = 100 %. */
  zoom: number
  words: MapWords
  onZoomIn(): void
  onZoomOut(): void
  onReset(): void
  onFit(): void
}

export function ZoomControls({ zoom, words, onZoomIn, onZoomOut, onReset, onFit }: Props): ReactElement {
  const percent = Math.round(zoom * 100)
  return (
    <fieldset className="map-zoom" aria-label={words.zoom}>
      <button type="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={onZoomIn}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 3.5v9M3.5 8h9" />
        </svg>
      </button>
      <button type="button" aria-label={`${percent} %, ${words.zoomTo100}`} title={words.zoomTo100} onClick={onReset}>
        {percent}
      </button>
      <button type="button" aria-label={words.zoomOut} title={words.zoomOut} onClick={onZoomOut}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3.5 8h9" />
        </svg>
      </button>
      <button type="button" aria-label={words.fit} title={words.fit} onClick={onFit}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3" />
        </svg>
      </button>
    </fieldset>
  )
}
