import { type IconName, SHAPES } from './icon-shapes.tsx'

/** A drawing without a name of its own: the word stands beside it, or in the label of what carries it. */
export function Icon({ name, small, className }: { name: IconName; small?: boolean; className?: string }) {
  const { box, shape } = SHAPES[name]
  const classes = className ?? (small ? 'i s' : 'i')
  return (
    <svg class={classes} viewBox={`0 0 ${box} ${box}`} aria-hidden="true">
      {shape()}
    </svg>
  )
}

/** Presence as shape and colour; the word is always near (design README section 5). */
export function Mark({ name, tone }: { name: IconName; tone: string }) {
  const { box, shape } = SHAPES[name]
  return (
    <svg class={tone ? `mark ${tone}` : 'mark'} viewBox={`0 0 ${box} ${box}`} aria-hidden="true">
      {shape()}
    </svg>
  )
}
