/** A text in which every second part names a key: `['', 'Enter', ' sends']`. */
export function WithKeys({ parts }: { parts: readonly string[] }) {
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? <Keys key={part} keys={part} /> : <span key={part}>{part}</span>,
      )}
    </>
  )
}

/** `Shift+Enter` as keys; on paper they are boxes, in a sentence plain words (`.bar`). Their names are printed on the keyboard and are not translated. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span class="keys">
      {keys.split('+').map((key, index) => (
        <>
          {index > 0 && <span class="plus">+</span>}
          <kbd>{key}</kbd>
        </>
      ))}
    </span>
  )
}
