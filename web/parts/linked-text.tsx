const ADDRESS = /(https?:\/\/[^\s<>"'「」、。（）]+[^\s<>"'「」、。（）.,:;!?)\]])/g

/** A message as text nodes; web addresses become links that tell the other side nothing (SECURITY 44). Never markup. */
export function LinkedText({ text, links }: { text: string; links: boolean }) {
  if (!links) return <>{text}</>
  return (
    <>
      {text.split(ADDRESS).map((part, index) =>
        index % 2 === 1 ? (
          <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  )
}
