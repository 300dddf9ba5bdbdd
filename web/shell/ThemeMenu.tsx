import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import { chooseTheme, themeChoices, useTheme, useThemeChoice } from '#web/ui/theme-choice.ts'

const icons = { auto: 'auto', light: 'sun', dark: 'moon' } as const

export function ThemeMenu(): ReactNode {
  const { t } = useTranslation()
  const choice = useThemeChoice()
  const theme = useTheme()
  const title = t($ => $.shell.theme.title)
  return (
    <Menu
      className="btn ghost icon"
      name={title}
      title={title}
      label={title}
      button={<Icon name={icons[theme]} />}
      items={themeChoices.map(each => ({
        key: each,
        label: t($ => $.shell.theme[each]),
        icon: icons[each],
        isChosen: each === choice,
        onChoose: () => chooseTheme(each),
      }))}
    />
  )
}
