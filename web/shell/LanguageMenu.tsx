import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '#web/ui/Menu.tsx'
import { chooseLanguage, languages, useLanguage } from '#web/ui/language.ts'

const short = { en: 'EN', 'zh-CN': '中' } as const

export function LanguageMenu(): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const title = t($ => $.shell.language.title)
  return (
    <Menu
      className="btn ghost t2"
      name={`${short[language]}, ${title}: ${t($ => $.shell.language[language])}`}
      title={title}
      label={title}
      button={short[language]}
      items={languages.map(each => ({
        key: each,
        label: <span lang={each}>{t($ => $.shell.language[each])}</span>,
        isChosen: each === language,
        onChoose: () => void chooseLanguage(each),
      }))}
    />
  )
}
