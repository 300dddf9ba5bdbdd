import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stringify } from 'yaml'
import type { MeshObject } from '#shared/mesh/object.ts'
import { download } from '#web/ui/download.ts'

/** What would be written, as it would be. */
export function Manifests({ objects, name }: { objects: readonly MeshObject[]; name: string }): ReactNode {
  const { t } = useTranslation('security')
  const [copied, setCopied] = useState<string | null>(null)
  const text = objects.map(object => stringify(object, { lineWidth: 0 })).join('---\n')
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(text)
  }
  return (
    <section className="learn-part">
      <h3 className="row">
        {t($ => $.learn.yaml)}
        <span className="grow" />
        <button type="button" className="link s11" onClick={() => void copy()}>
          {copied === text ? t($ => $.learn.copied) : t($ => $.learn.copy)}
        </button>
        <button type="button" className="link s11" onClick={() => download(`${name}.yaml`, 'application/yaml', text)}>
          {t($ => $.learn.download)}
        </button>
      </h3>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <pre className="learn-yaml" tabIndex={0} aria-label={t($ => $.learn.yaml)}>
        {text}
      </pre>
    </section>
  )
}
