import { groupByKey } from "../../../rules/shuffles/group-by-key.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark import SparkContext
sc = SparkContext.getOrCreate()
pairs = sc.textFile("log.txt").map(lambda line: (line[:3], len(line)))
`

describeRule(groupByKey, ({ fires, silent, fixes, suggests }) => {
  fires(
    "summed by a built-in",
    `${READ}totals = pairs.groupByKey().mapValues(sum)
#              ^^^^^^^^^^^^ only to be folded by \`sum\`
#              | each group is folded by \`sum\` here
`,
  )
  fires(
    "counted by a lambda",
    `${READ}counts = pairs.groupByKey().mapValues(lambda values: len(list(values)))
#              ^^^^^^^^^^^^ folded by \`len\`
`,
  )
  fires(
    "folded in a map over the pairs",
    `${READ}most = pairs.groupByKey().map(lambda kv: (kv[0], max(kv[1])))
#            ^^^^^^^^^^^^ folded by \`max\`
`,
  )
  fires(
    "averaged",
    `${READ}means = pairs.groupByKey().mapValues(lambda v: sum(v) / len(v))
#             ^^^^^^^^^^^^ folded by \`mean\`
`,
  )
  fires(
    "made a list first",
    `${READ}totals = pairs.groupByKey().mapValues(list).mapValues(sum)
#              ^^^^^^^^^^^^ folded by \`sum\`
`,
  )
  fires(
    "folded twice from a variable",
    `${READ}groups = pairs.groupByKey()
#              ^^^^^^^^^^^^ folded by \`min\` and \`max\`
least = groups.mapValues(min)
most = groups.mapValues(max)
`,
  )
  fires(
    "folded by a function of its own",
    `${READ}def total(values):
    return sum(values)

totals = pairs.groupByKey().mapValues(total)
#              ^^^^^^^^^^^^ folded by \`sum\`
`,
  )
  fires(
    "reduceByKey that appends lists",
    `${READ}lists = pairs.map(lambda kv: (kv[0], [kv[1]])).reduceByKey(lambda a, b: a + b)
#                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only joins lists here
`,
  )
  fires(
    "reduceByKey that appends tuples, of which each is there once",
    `${READ}lists = pairs.map(lambda kv: (kv[0], (kv[1],))).distinct().reduceByKey(lambda a, b: a + b)
#                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only joins lists here
`,
  )
  fires(
    "reduceByKey that sorts",
    `${READ}lists = pairs.reduceByKey(lambda a, b: sorted(a + b))
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only sorts and joins lists here
`,
  )

  fires(
    "the groups are printed as well",
    `${READ}groups = pairs.groupByKey()
#              ^^^^^^^^^^^^ only to be folded by \`sum\`
print(groups.count(), groups.mapValues(list).collect())
totals = groups.mapValues(lambda values: sum(values))
totals.saveAsTextFile("totals")
`,
  )
  silent("the groups are needed whole", `${READ}pairs.groupByKey().mapValues(list).saveAsTextFile("out")\n`)
  silent("a sorted group is no fold", `${READ}pairs.groupByKey().mapValues(sorted).saveAsTextFile("out")\n`)
  silent(
    "the function does more than fold",
    `${READ}pairs.groupByKey().mapValues(lambda v: sum(v) if len(v) > 3 else None).collect()\n`,
  )
  silent(
    "one of two uses needs the group",
    `${READ}groups = pairs.groupByKey()\ngroups.mapValues(sum).collect()\ngroups.mapValues(list).collect()\n`,
  )
  silent("reduceByKey combines already", `${READ}pairs.reduceByKey(lambda a, b: a + b).collect()\n`)
  silent(
    "the rows are a literal list",
    `${READ}sc.parallelize([("a", 1), ("b", 2)]).groupByKey().mapValues(sum).collect()\n`,
  )
  silent("the groups go to code that is not known", `${READ}import reports\nreports.publish(pairs.groupByKey())\n`)
  silent(
    "itertools groups in memory",
    `import itertools\nfor key, group in itertools.groupby(sorted([1, 2])):\n    print(key, sum(group))\n`,
  )
  silent(
    "a DataFrame's groupBy combines by itself",
    `from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nspark.read.parquet("a").groupBy("k").sum("v").write.parquet("b")\n`,
  )
  silent("the groups are returned to a caller", `${READ}def groups():\n    return pairs.groupByKey()\n`)
  silent(
    "flatMap gives every value back",
    `${READ}pairs.groupByKey().flatMap(lambda kv: [(kv[0], v) for v in kv[1]]).collect()\n`,
  )
  silent(
    "numbers of pairs that flatMap took out of a list",
    `${READ}counts = pairs.flatMap(lambda kv: [((kv[0], kv[1]), 1)]).reduceByKey(lambda a, b: a + b)\ncounts.saveAsTextFile("out")\n`,
  )
  silent("a pandas groupby", `import pandas as pd\npd.read_csv("a.csv").groupby("k").sum()\n`)

  fixes(
    "a sum",
    `${READ}totals = pairs.groupByKey().mapValues(sum)\n`,
    `${READ}totals = pairs.reduceByKey(lambda a, b: a + b)\n`,
    { safety: "safe" },
  )
  fixes(
    "a count, with the partitions kept",
    `${READ}counts = pairs.groupByKey(numPartitions=8).mapValues(len)\n`,
    `${READ}counts = pairs.mapValues(lambda _: 1).reduceByKey(lambda a, b: a + b, numPartitions=8)\n`,
    { safety: "safe" },
  )
  fixes(
    "a count that goes to the driver",
    `${READ}counts = pairs.groupByKey().mapValues(len).collectAsMap()\n`,
    `${READ}counts = pairs.countByKey()\n`,
    { safety: "safe" },
  )
  fixes(
    "a maximum over pairs",
    `${READ}most = pairs.groupByKey().map(lambda kv: (kv[0], max(kv[1])))\n`,
    `${READ}most = pairs.reduceByKey(max)\n`,
    { safety: "safe" },
  )
  fixes(
    "a mean",
    `${READ}means = pairs.groupByKey().mapValues(lambda v: sum(v) / len(v))\n`,
    `${READ}means = pairs.aggregateByKey((0, 0), lambda acc, v: (acc[0] + v, acc[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])).mapValues(lambda acc: acc[0] / acc[1])\n`,
    { safety: "safe" },
  )
  fixes(
    "a chain over several lines",
    `${READ}totals = (
    pairs.filter(lambda kv: kv[1] > 0)
    .groupByKey()
    .mapValues(list)
    .mapValues(sum)
)
`,
    `${READ}totals = (
    pairs.filter(lambda kv: kv[1] > 0)
    .reduceByKey(lambda a, b: a + b)
)
`,
    { safety: "safe" },
  )
  suggests(
    "two folds of one group",
    `${READ}groups = pairs.groupByKey()\nleast = groups.mapValues(min)\nmost = groups.mapValues(max)\n`,
    "one fold that keeps all of them",
  )
  suggests(
    "lists appended",
    `${READ}pairs.mapValues(lambda v: [v]).reduceByKey(lambda a, b: a + b).collect()\n`,
    "groupByKey().mapValues(list)",
  )
})
