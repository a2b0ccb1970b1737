import { useAnswer } from '../app.tsx'
import { addresses } from '../boot.ts'

export function EventPage({ slug }: { slug: string }) {
  const { data } = useAnswer<{ event: { title: string; shortDescription?: string } }>(addresses.eventBySlug(slug))
  return (
    <>
      <h1 dir="auto">{data?.event.title}</h1>
      <p dir="auto">{data?.event.shortDescription}</p>
    </>
  )
}
