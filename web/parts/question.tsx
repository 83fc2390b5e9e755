import type { ComponentChildren } from 'preact'
import { Dialog } from './dialog.tsx'

/** Asks before something is done. What leaves everything as it is has the focus, so that Enter does no harm (ux.md 2 row 14). */
export function Question(props: {
  title: string
  /** What is done, in a word or two. */
  act: string
  /** It takes something away. */
  stop?: boolean
  /** The answer that changes nothing. */
  keep: string
  run: () => void
  close: () => void
  children: ComponentChildren
}) {
  return (
    <Dialog
      title={props.title}
      role="alertdialog"
      close={props.close}
      footer={
        <>
          <button type="button" class={props.stop ? 'stop' : undefined} onClick={props.run}>
            {props.act}
          </button>
          <button type="button" class="main" data-first onClick={props.close}>
            {props.keep}
          </button>
        </>
      }
    >
      {props.children}
    </Dialog>
  )
}
