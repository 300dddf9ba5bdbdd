import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'

/** The map as a file; null while there is no map to take. */
export interface Exporter {
  exportPng(): Promise<Blob>
  exportSvg(): Promise<Blob>
}

export function ExportMenu({ exporter }: { exporter: Exporter | null }): ReactNode {
  const { t } = useTranslation()
  const [failure, setFailure] = useState<string | null>(null)
  const title = t($ => $.topology.export.title)
  const take = async (read: () => Promise<Blob>, extension: 'png' | 'svg') => {
    setFailure(null)
    try {
      save(await read(), `weft-${new Date().toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}.${extension}`)
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    }
  }
  if (exporter === null)
    return (
      <button type="button" className="btn icon" disabled aria-label={title} title={title}>
        <Icon name="image" />
      </button>
    )
  return (
    <>
      <Menu
        className="btn icon"
        name={title}
        title={title}
        label={title}
        button={<Icon name="image" />}
        items={[
          {
            key: 'png',
            label: t($ => $.topology.export.png),
            onChoose: () => void take(() => exporter.exportPng(), 'png'),
          },
          {
            key: 'svg',
            label: t($ => $.topology.export.svg),
            onChoose: () => void take(() => exporter.exportSvg(), 'svg'),
          },
        ]}
      />
      {failure !== null && (
        <span role="alert" className="c-failing s11">
          {t($ => $.topology.export.failed, { because: failure })}
        </span>
      )}
    </>
  )
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
