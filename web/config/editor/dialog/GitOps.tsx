import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Owner } from '#shared/config/owner.ts'
import { Icon } from '#web/ui/Icon.tsx'

/** Somebody else's file is the truth of this object: the way there comes before the way around it. */
export function GitOps(props: { owner: Owner; manifest: string; patch: string; file: string }): ReactNode {
  const { t } = useTranslation('config')
  const [copied, setCopied] = useState<'manifest' | 'patch' | null>(null)
  const copy = (what: 'manifest' | 'patch') =>
    void navigator.clipboard.writeText(props[what]).then(() => setCopied(what))
  return (
    <section className="note degraded">
      <p>
        <b className="med">{t($ => $.editor.dialog.gitOps, { owner: props.owner.name })}</b> (
        {t($ => $.list.owner[props.owner.kind])}
        ). {t($ => $.editor.dialog.gitOpsText)}
      </p>
      <div className="row acts">
        <button type="button" className="btn primary" onClick={() => download(props.file, props.manifest)}>
          {t($ => $.editor.dialog.download)}
        </button>
        <button type="button" className="btn" onClick={() => copy('manifest')}>
          <Icon name={copied === 'manifest' ? 'check' : 'copy'} />
          {copied === 'manifest' ? t($ => $.editor.dialog.copied) : t($ => $.editor.dialog.copy)}
        </button>
        <button type="button" className="btn" onClick={() => copy('patch')}>
          <Icon name={copied === 'patch' ? 'check' : 'copy'} />
          {copied === 'patch' ? t($ => $.editor.dialog.copied) : t($ => $.editor.dialog.patch)}
        </button>
      </div>
    </section>
  )
}

function download(name: string, text: string): void {
  const link = document.createElement('a')
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  link.href = address
  link.download = name.replaceAll(/[^\w.-]/g, '_')
  link.click()
  URL.revokeObjectURL(address)
}
