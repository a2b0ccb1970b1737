/** Where a picture is loaded from: one that was uploaded here from this server, by whichever name it was reached. */
export function pictureSource({ id = '', url = '' }: { id?: string; url?: string }): string {
  return /^media\/[\w-]+\/[\w-]+\.\w+$/.test(id) ? `/${id}` : url
}
