// Written by `make messages` from curation/views/messages; types for `make lint`, no part of what is served.

/** What Streamlit calls: draws `data`, says what was done by name, and returns what ends it. */
type Component<Data, Sent = {}> = (given: {
  data: Data
  parentElement: HTMLElement
  setStateValue<Name extends keyof Sent & string>(name: Name, value: Sent[Name]): void
  setTriggerValue<Name extends keyof Sent & string>(name: Name, value: Sent[Name]): void
}) => void | (() => void)

/** A sample: `html` is escaped by the server, `dropped` are positions of turns, `open` says that it is undecided. */
interface DeckItem {
  no: number
  key: string
  html: string
  images: Array<string>
  turns: number
  marks: number
  dropped: Array<number>
  note: string
  verdict: string
  open: boolean
}

/** What is suggested while a tag or a person is typed. */
interface DeckNames {
  tag: Array<string>
  send: Array<string>
}

/** `ack` is the last act that is stored, `heard` the last report; `given`, `safe` and `sign` are times. `reasons` are those for a rejection that keys pick, `guidelines` are a text for reviewers. */
interface DeckData {
  deck: string
  workspace: string
  who: string
  holder: string
  ack: number
  heard: number
  given: number
  safe: number
  refused: string
  jump: number
  sign: number
  before: number | null
  items: Array<DeckItem>
  empty: string
  known: DeckNames
  reasons: Array<string>
  guidelines: string
}

/** An act of a reviewer; `at` is the sample that is shown after it, `again` the number of the report, `flag` the id of a flag that `verdict` is on. */
interface DeckAct {
  id?: string
  seq: number
  at: number | null
  who?: string
  again: number
  do: string
  no?: number
  key?: string
  turn?: number
  flag?: string
  verdict?: string
  text?: string
}

/** All acts that are not acknowledged, in their order. */
interface DeckSent {
  acts: Array<DeckAct>
}

/** A picture, or `why` there is none. */
interface PictureBlock {
  ref: string
  why?: string
  src?: string
  thumb?: string
  width?: number | null
  height?: number | null
  said?: string
}

/** A box on the picture at a position; `at` is left, top, width and height in percent. */
interface BoxBlock {
  id: number
  picture: number
  label: string
  at: Array<number>
  by: string
  sure: boolean
}

/** A numbered shape that the row itself has; `written` is how its text writes it. `kind` is box, point or outline; `outline` has the corners of one, x and y in turn, in percent of its own box. */
interface RegionBlock {
  picture: number
  number: number
  title: string
  at: Array<number>
  written: string
  kind: string
  outline: Array<number>
}

/** A claim within a response; `boxes` are ids of boxes that may show it. */
interface SpanBlock {
  id: string
  flag: string
  tone: string
  now: boolean
  boxes: Array<number>
  why: string
}

/** A turn; `pieces` are stretches of the response, each with its position in `spans`, or -1. */
interface TurnBlock {
  number: number
  now: boolean
  before: number
  instruction: string
  pieces: Array<[string, number]>
  spans: Array<SpanBlock>
  response: string
  verdict: string
  who: string
  edited: string
  sentence?: [number, number]
}

/** The pictures of a sample beside its turns. */
interface LookBlock {
  type: "look"
  large: boolean
  pictures: Array<PictureBlock>
  boxes: Array<BoxBlock>
  marks: Array<RegionBlock>
  turns: Array<TurnBlock>
}

/** What one source says of one claim. */
interface VoteCell {
  verdict: string
  score: string
  said: string
}

/** A claim with one cell per source; `people` are names with verdicts. */
interface VoteRow {
  id: string
  text: string
  flag: string
  tone: string
  now: boolean
  cells: Array<VoteCell | null>
  people: Array<[string, string]>
}

/** Claims by sources. */
interface VotesBlock {
  type: "votes"
  columns: Array<string>
  rows: Array<VoteRow>
}

/** Names with texts. */
interface FactsBlock {
  type: "facts"
  rows: Array<[string, string]>
}

/** A message of the original row; `odd` says what is odd about it. */
interface MessageBlock {
  role: string
  text: string
  odd: string
}

/** The messages of a row as it was imported; `mark` stands for a picture in them. */
interface MessagesBlock {
  type: "messages"
  pictures: Array<PictureBlock>
  messages: Array<MessageBlock>
  mark: string
}

/** A sample with a value next to the present one. */
interface NeighbourBlock {
  value: string
  row: string
  thumb: string | null
}

/** The values of a metric; `at` and `cuts` are shares of the width. */
interface HistogramBlock {
  type: "histogram"
  words: string
  counts: Array<number>
  at: number
  cuts: Array<number>
  edges: Array<string>
  near: Array<NeighbourBlock>
}

/** A sample of a group; `before` is the text that its own is compared with. */
interface CardBlock {
  now: boolean
  title: string
  state: string
  pictures: Array<PictureBlock>
  before: string
  text: string
}

/** The samples of a group, and how many more there are. */
interface CardsBlock {
  type: "cards"
  cards: Array<CardBlock>
  more: number
}

/** A flag with everything that helps to answer it. */
interface FlagItem {
  id: string
  title: string
  tone: string
  state: Array<string>
  where: string
  metric: string
  reason: string
  blocks: Array<LookBlock | VotesBlock | FactsBlock | MessagesBlock | HistogramBlock | CardsBlock>
}

/** `order` are the flags around the `current` one; `acks` are ids of entries that are stored. */
interface FlagData {
  items: Array<FlagItem>
  order: Array<string>
  current: string
  place: number | null
  total: number
  acks: Array<string>
  refused: string
  who: string
  workspace: string
}

/** An act on the flag that was shown; `then` is the one that is shown after it, `again` counts the tries. */
interface FlagEntry {
  id: string
  who: string
  act: string
  flag: string | null
  then: string | null
  again: number
}

/** All entries that are not acknowledged, in their order. */
interface FlagSent {
  said: Array<FlagEntry>
}

/** A text to edit; what is between `start` and `end` is selected at first; `refused` says that it was not stored. */
interface TextData {
  id: string
  text: string
  label: string
  action: string
  start: number | null
  end: number | null
  draft: string
  refused: boolean
}

/** The new text. */
interface TextSent {
  saved: string
}

/** A text with a stretch whose ends move; places count code points. */
interface SpanData {
  id: string
  text: string
  start: number
  end: number
  label: string
  action: string
  tone: string
  draft: string
}

/** From `start` up to `end`. */
interface Stretch {
  start: number
  end: number
}

/** The new places. */
interface SpanSent {
  saved: Stretch
}

/** `saved` are time, name and value (None: any) of drafts that are stored; `fields` by key: name, and whether a draft that is put back is handed over at once. */
interface DraftsData {
  saved: Array<[number, string, string | Stretch | null]>
  fields: Record<string, [string, boolean]>
}

/** A value of an axis with its counts and bounds. */
interface QuotaRow {
  value: string
  before: number
  available: number
  taken: number
  floor: number | null
  cap: number | null
  unmet: boolean
}

/** An axis; `floor` and `cap` are those of every value, `ack` is the last edit that is stored. */
interface QuotaData {
  axis: string
  title: string
  floor: number | null
  cap: number | null
  rows: Array<QuotaRow>
  ack: number
}

/** A bound that was typed; None takes it away. */
interface QuotaEdit {
  id: number
  axis: string
  value: string
  side: string
  number: number | null
}

/** All edits that are not acknowledged, in their order. */
interface QuotaSent {
  edits: Array<QuotaEdit>
}

/** Keys of a page with what they do. */
interface KeysData {
  keys: Array<[string, string]>
}

/** The name of the cookie, and the reviewer's. */
interface PersonData {
  cookie: string
  name: string
}

/** Names the start of the server that drew the page. */
interface LifelineData {
  boot: string
}

/** The start that answers now. */
interface LifelineSent {
  again: string
}

/** The lowest and the highest value that are kept; None for no cut on that side. */
interface Bounds {
  low: number | null
  high: number | null
}

/** The bounds of a metric. */
interface BoardCut {
  low: number | null
  high: number | null
  metric: string
}

/** A metric with its histogram; `start` is the cut that it is switched on with. */
interface BoardMetric {
  name: string
  title: string
  about: string
  principle: string
  unit: string
  edges: Array<number>
  whole: boolean
  counts: Array<number>
  missing: number
  start: Bounds
}

/** A kind of flags with how many samples carry it. */
interface BoardKind {
  kind: string
  title: string
  count: number
}

/** A filter of the funnel: what it fails, drops after those before it, drops alone, and what remains. */
interface BoardStep {
  kind: string
  name: string
  title: string
  fails: number
  drops: number
  only: number
  remaining: number
}

/** What the filters leave; `kept` is per metric and bin. It answers `/evaluate` too. */
interface BoardCounts {
  remaining: number
  total: number
  funnel: Array<BoardStep>
  kept: Record<string, Array<number>>
}

/** The filter that stands out. */
interface BoardFocus {
  kind: string
  name: string
}

/** Cuts in the order of the funnel, and kinds of flags that drop. */
interface BoardFilters {
  cuts: Array<BoardCut>
  flags: Array<string>
}

/** What is known of the data and the filters. */
interface BoardState {
  cuts: Array<BoardCut>
  flags: Array<string>
  metrics: Array<BoardMetric>
  kinds: Array<BoardKind>
  counts: BoardCounts
}

/** `seq` is the last message that is stored; `scope` goes back with questions to `/evaluate`. */
interface BoardData {
  cuts: Array<BoardCut>
  flags: Array<string>
  metrics: Array<BoardMetric>
  kinds: Array<BoardKind>
  counts: BoardCounts
  seq: number
  focus: BoardFocus
  scope: Record<string, string>
}

/** Message `seq`; `trail` is what the board showed before. */
interface BoardMove {
  cuts: Array<BoardCut>
  flags: Array<string>
  seq: number
  focus: BoardFocus
  trail: Array<BoardFilters>
}

/** The last move. */
interface BoardSent {
  said: BoardMove
}

/** A code of the colouring, its name and how many points have it. */
interface LegendEntry {
  code: number
  label: string
  count: number
  tone: string
}

/** What the colours mean; a scale has `low` and `high`. */
interface Legend {
  title: string
  note: string
  folded: boolean
  kind: "categories" | "scale"
  entries: Array<LegendEntry>
  low?: string
  high?: string
}

/** Numbers of pictures and words that stand for a cluster. */
interface ClusterExamples {
  images: Array<number>
  words: string
}

/** A cluster; `box` is left, low, right and high, `flagged` and `decided` are shares. */
interface Cluster {
  images: Array<number>
  words: string
  cluster: number
  name: string
  size: number
  x: number
  y: number
  box: Array<number>
  mean: string
  flagged: number
  decided: number
}

/** A box to go to, once per `token`. */
interface MapFocus {
  token: string
  box: Array<number>
}

/** Addresses of bytes that the map fetches, and what it draws over the points. */
interface MapDrawing {
  points: string
  colours: string
  members: string
  bounds: Array<number>
  legend: Legend
  labels: Array<Cluster>
  cluster: number | null
  focus: MapFocus | null
  area: Array<Array<number>> | null
}

/** `open` is the number of the sample beside the map. */
interface MapData {
  points: string
  colours: string
  members: string
  bounds: Array<number>
  legend: Legend
  labels: Array<Cluster>
  cluster: number | null
  focus: MapFocus | null
  area: Array<Array<number>> | null
  open: number | null
}

/** What a person did: `open` with a sample, `lasso` with points, `cluster` with its number, or `clear`. */
interface MapEvent {
  kind: "open" | "lasso" | "cluster" | "clear"
  sample?: number
  points?: Array<Array<number>>
  cluster?: number
}

/** The last event. */
interface MapSent {
  event: MapEvent
}

/** The list beside the map; `metric` is the title of the one that colours it, or empty. */
interface ClustersData {
  clusters: Array<Cluster>
  current: number | null
  metric: string
  coloured: boolean
}

/** A sample with the number of its first picture. */
interface StripSample {
  sample: number
  image: number | null
  text: string
}

/** The row under the map; `ranked` ones have numbers. */
interface StripData {
  samples: Array<StripSample>
  ranked: boolean
}

/** A value of a field, how many samples of the other filters have it, and whether it is asked for or left out. */
interface FacetValue {
  label: string
  count: number
  state: "" | "in" | "out"
}

/** A field with its values; `several` may be on one sample, `every` asks for all of them, `more` are not listed. */
interface Facet {
  field: string
  title: string
  several: boolean
  every: boolean
  values: Array<FacetValue>
  more: number
}

/** A metric with its range; `counts` per bin between `edges` only where it is open. */
interface FacetMetric {
  field: string
  title: string
  unit: string
  low: number | null
  high: number | null
  edges: Array<number>
  counts: Array<number>
}

/** What samples can be sorted by. */
interface SortColumn {
  name: string
  title: string
  numeric: boolean
}

/** A sample at a glance; `value` is what it is sorted by, `values` all its metrics, for the table alone. */
interface BrowseRow {
  sample: number
  image: number | null
  asked: string
  answered: string
  dataset: string
  row: number
  task: string
  language: string
  decision: string
  flags: number
  turns: number
  images: number
  value: string
  values: Record<string, string>
}

/** Rows from `start` on of the list `rev`. */
interface BrowseRows {
  rev: string
  start: number
  rows: Array<BrowseRow>
}

/** What a query and an order give: the list `rev` of `total` samples of `every`, with its first rows. */
interface BrowseLook {
  query: string
  problem: string
  sort: string
  rev: string
  total: number
  every: number
  facets: Array<Facet>
  metrics: Array<FacetMetric>
  first: BrowseRows
}

/** Another choice in the filter of one field. */
interface BrowseEdit {
  field: string
  included: Array<string>
  excluded: Array<string>
  every: boolean
  low: number | null
  high: number | null
}

/** A question to `/browse/look`: other filters of the page, query, order, open metrics, and a change to make. */
interface BrowseQuestion {
  scope: Record<string, string>
  query: string
  sort: string
  open: Array<string>
  table: boolean
  edit: BrowseEdit | null
}

/** The page; `seq` is the last message that was heard, another `done` says that people decided something. */
interface BrowseData {
  look: BrowseLook
  scope: Record<string, string>
  columns: Array<SortColumn>
  open: Array<string>
  view: "grid" | "table"
  size: number
  opened: Array<number>
  seq: number
  done: number
}

/** Message `seq`: query, order, view, size and opened samples as they are now. */
interface BrowseChange {
  seq: number
  query: string
  sort: string
  view: "grid" | "table"
  size: number
  open: Array<string>
  opened: Array<number>
}

/** Selected places of the list `rev` of a query and an order, from and to (not included). */
interface BrowseSelection {
  rev: string
  query: string
  sort: string
  spans: Array<Array<number>>
}

/** The last change, the last selection, and the sample whose likes are asked for. */
interface BrowseSent {
  changed: BrowseChange
  selected: BrowseSelection
  like: number
}

/** A picture of an opened sample; without a number, why it cannot be shown. */
interface OpenedPicture {
  image: number | null
  name: string
  why: string
}

/** A part of a response; `tone` is that of a flagged span, or empty. */
interface OpenedPart {
  text: string
  tone: string
  reason: string
}

/** A turn; its response in parts. */
interface OpenedTurn {
  asked: string
  parts: Array<OpenedPart>
}

/** A value; `bad` beyond the suggested cut. */
interface OpenedScore {
  title: string
  text: string
  bad: boolean
}

/** A flag. */
interface OpenedFlag {
  title: string
  reason: string
  status: string
}

/** A sample that is looked at, or one of those side by side. It answers `/browse/sample`. */
interface OpenedSample {
  sample: number
  name: string
  decision: string
  tags: Array<string>
  pictures: Array<OpenedPicture>
  turns: Array<OpenedTurn>
  scores: Array<OpenedScore>
  flags: Array<OpenedFlag>
}

type Block = LookBlock | VotesBlock | FactsBlock | MessagesBlock | HistogramBlock | CardsBlock
