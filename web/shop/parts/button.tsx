import type { ComponentProps } from 'react'
import styles from './button.module.css'

type Look = {
  /** `main`: what the page is for, once on a page. */
  look?: 'main' | 'plain' | 'bare'
  wide?: boolean
}

/**
 * `busy`: what it began is not done yet. It keeps the focus then, for a disabled one would lose it, and does nothing when
 * it is pressed again.
 */
export function Button({
  look = 'plain',
  wide,
  busy = false,
  type = 'button',
  onClick,
  ...others
}: Look & { busy?: boolean } & Omit<ComponentProps<'button'>, 'className'>) {
  return (
    <button
      type={type}
      className={classesOf({ look, wide, busy })}
      {...(busy && { 'aria-disabled': true, 'aria-busy': true })}
      onClick={event => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
      {...others}
    />
  )
}

/** A link that looks like a button: it leads elsewhere. */
export function ButtonLink({ look = 'plain', wide, ...others }: Look & Omit<ComponentProps<'a'>, 'className'>) {
  return <a className={classesOf({ look, wide })} {...others} />
}

function classesOf({ look, wide, busy }: { look: keyof typeof styles; wide?: boolean | undefined; busy?: boolean }) {
  return [styles.button, styles[look], wide && styles.wide, busy && styles.busy].filter(Boolean).join(' ')
}
