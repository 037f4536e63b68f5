/** Words that name something of which nearly every row has its own. */
const OWN =
  /(^|_)(id|uuid|guid|pk|rowkey|email|e_mail|mail|url|uri|ip|phone|msisdn|iban|ssn|ts|timestamp|datetime|created_at|updated_at|user|customer|client|account|visitor|member|patient|transaction|txn|imei|path|file_?name|file)s?$/i
/** Identifiers of things of which there are few. */
const FEW =
  /(^|_)(country|state|region|city|category|cat|type|kind|status|group|class|segment|channel|source|store|shop|site|dept|department|brand|language|lang|currency|year|quarter|month|week|day|hour|model|run|batch|partition|tenant|org|plan|level|role|rule|job|topic|cluster|label|genre|team|season|game_type)_?(id|key|code|pk|uuid)s?$/i

/** A column whose name says that about every row has a value of its own: `user_id`, `email`, `created_at`. A hint. */
export function manyValued(name: string): boolean {
  const column = name
    .trim()
    .split(".")
    .at(-1)!
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[`"' ]/g, "")
  return OWN.test(column) && !FEW.test(column)
}

/** Words that name something of which there are few: dates, states, kinds. */
const COARSE =
  /^(is|has)_|(^|_)(date|day|dt|week|month|quarter|year|hour|partition|batch|run|country|region|state|province|status|type|kind|category|class|label|segment|channel|currency|language|gender|sex|split|level|tier|env|version|flag)s?(_(id|key|code|name))?$/i

/** A column whose name says that it has few values: `country_code`, `order_date`, `is_new`. A hint. */
export function fewValued(name: string): boolean {
  const column = name
    .trim()
    .split(".")
    .at(-1)!
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[`"' ]/g, "")
  return COARSE.test(column)
}
