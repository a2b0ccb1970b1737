/** What the document tells the door's app. */
export type DoorBoot = {
  languages: { language: string; name: string }[]
  /** Of the build that it is of. */
  version: string
}
