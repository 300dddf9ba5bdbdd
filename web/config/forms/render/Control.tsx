import type { ReactNode } from 'react'
import type { Shown } from '#web/config/forms/engine.ts'
import { ChipsControl } from './ChipsControl.tsx'
import { ChoiceControl, FlagControl } from './ChoiceControl.tsx'
import { GroupControl } from './GroupControl.tsx'
import { LabelsControl } from './LabelsControl.tsx'
import { LineControl } from './LineControl.tsx'
import { ListControl } from './ListControl.tsx'
import { MapControl } from './MapControl.tsx'
import { OneOfControl } from './OneOfControl.tsx'
import { Otherwise } from './Otherwise.tsx'
import { PairsControl } from './PairsControl.tsx'
import { SharesControl } from './SharesControl.tsx'

/** The control of a field, by its type. */
export function Control({ shown }: { shown: Shown<never> }): ReactNode {
  const { field } = shown
  if (shown.state === 'otherwise') return <Otherwise shown={shown} />
  switch (field.type) {
    case 'text':
    case 'number':
    case 'duration':
      return <LineControl shown={{ ...shown, field }} />
    case 'flag':
      return <FlagControl shown={{ ...shown, field }} />
    case 'choice':
      return <ChoiceControl shown={{ ...shown, field }} />
    case 'chips':
      return <ChipsControl shown={{ ...shown, field }} />
    case 'labels':
      return <LabelsControl shown={{ ...shown, field }} />
    case 'pairs':
      return <PairsControl shown={{ ...shown, field }} />
    case 'group':
      return <GroupControl shown={{ ...shown, field }} />
    case 'list':
      return <ListControl shown={{ ...shown, field }} />
    case 'map':
      return <MapControl shown={{ ...shown, field }} />
    case 'oneOf':
      return <OneOfControl shown={{ ...shown, field }} />
    case 'shares':
      return <SharesControl shown={{ ...shown, field }} />
  }
}
