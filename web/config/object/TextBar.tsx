import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { Icon } from '#web/ui/Icon.tsx'

/** Over the text: what it is, and ways to take it along. */
export function TextBar(props: { of: ObjectRef; text: string; lines: number; apiVersion: string }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <header className="text-bar">
      <h2>{t($ => $.object.yaml)}</h2>
      <span className="t3 s12">{t($ => $.object.lines, { count: props.lines })}</span>
      <span className="grow" />
      <span className="t3 s11 cut">{t($ => $.object.fromCluster, { apiVersion: props.apiVersion })}</span>
      <TakeText of={props.of} text={props.text} />
    </header>
  )
}

export function TakeText({ of, text }: { of: ObjectRef; text: string }): ReactNode {
  const { t } = useTranslation('config')
  const [copied, setCopied] = useState<string | null>(null)
  const isCopied = copied === text
  return (
    <>
      <button
        type="button"
        className="btn ghost take"
        title={t($ => $.object.copy)}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}
      >
        <Icon name={isCopied ? 'check' : 'copy'} />
        <span className="take-word" aria-live="polite">
          {isCopied ? t($ => $.object.copied) : t($ => $.object.copy)}
        </span>
      </button>
      <button
        type="button"
        className="btn ghost take"
        title={t($ => $.object.download)}
        onClick={() => download(of, text)}
      >
        <Icon name="image" />
        <span className="take-word">{t($ => $.object.download)}</span>
      </button>
    </>
  )
}

function download({ kind, namespace, name }: ObjectRef, text: string): void {
  const link = document.createElement('a')
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  link.href = address
  link.download = `${[kind, namespace, name].filter(part => part !== '').join('-')}.yaml`.replaceAll(/[^\w.-]/g, '_')
  link.click()
  URL.revokeObjectURL(address)
}
