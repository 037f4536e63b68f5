"""Unit tests of the jobs' helpers: what needs no Spark to run."""

import unittest

from measuring import Claim, Measured, Section, agree, checksum, judge
from reporting import size
from spark_figures import bytes_of, joins_of


def measured(before, after, checksums=("a", "a")):
    return {
        "old": Measured(seconds=list(before), checksums={checksums[0]}),
        "new": Measured(seconds=list(after), checksums={checksums[1]}),
    }


def section(claim=None):
    return Section("?", {}, before="old", after="new", takeaway="", elsewhere="Elsewhere.", claim=claim)


def verdict(before, after, claim=None):
    return judge(section(claim), measured(before, after))[0]


class Judge(unittest.TestCase):
    promise = Claim("it helps", 2, 3)

    def test_a_promise_is_kept(self):
        self.assertEqual(verdict([2.5, 2.6, 2.4], [1.0, 1.1, 0.9], self.promise), "shown")

    def test_a_promise_is_kept_as_printed(self):
        self.assertEqual(verdict([1.96], [1.0], self.promise), "shown")
        self.assertEqual(verdict([3.04], [1.0], self.promise), "shown")

    def test_a_promise_is_too_large(self):
        self.assertEqual(verdict([1.5, 1.6, 1.4], [1.0, 1.1, 0.9], self.promise), "less")

    def test_a_promise_is_too_small(self):
        self.assertEqual(verdict([9.0, 9.1, 8.9], [1.0, 1.1, 0.9], self.promise), "more")

    def test_no_promise(self):
        self.assertEqual(verdict([1.5, 1.6, 1.4], [1.0, 1.1, 0.9]), "shown")
        self.assertEqual(verdict([1.5, 1.6, 1.4], [1.0, 1.1, 0.9], Claim("it helps")), "shown")

    def test_a_small_difference_is_none(self):
        self.assertEqual(verdict([1.05, 1.05, 1.05], [1.0, 1.0, 1.0], self.promise), "not shown")
        self.assertEqual(verdict([1.0, 1.0, 1.0], [1.05, 1.05, 1.05], self.promise), "not shown")

    def test_a_difference_within_the_spread_is_none(self):
        self.assertEqual(verdict([2.0, 0.9, 2.0], [1.0, 1.0, 1.0], self.promise), "not shown")
        self.assertEqual(verdict([1.0, 3.0, 1.0], [2.0, 2.0, 2.0], self.promise), "not shown")

    def test_one_slow_run_after_does_not_hide_it(self):
        self.assertEqual(verdict([2.5, 2.5, 2.5], [1.0, 9.0, 1.0], self.promise), "shown")

    def test_the_other_way_round(self):
        word, sentence = judge(section(self.promise), measured([1.0, 1.0], [2.0, 2.0]))
        self.assertEqual(word, "reversed")
        self.assertIn("2.0x slower. Elsewhere.", sentence)

    def test_one_run_is_called_so(self):
        self.assertIn("one run", judge(section(), measured([2.0], [1.0]))[1])
        self.assertIn("beyond the noise", judge(section(), measured([2.0, 2.1], [1.0, 1.0]))[1])

    def test_different_answers_come_first(self):
        self.assertEqual(judge(section(), measured([2.0], [1.0], ("a", "b")))[0], "disagrees")


class Agree(unittest.TestCase):
    def test_one_answer(self):
        self.assertTrue(agree(measured([1], [1])))

    def test_two_answers(self):
        self.assertFalse(agree(measured([1], [1], ("a", "b"))))

    def test_one_variant_that_changes_its_answer(self):
        self.assertFalse(agree({"only": Measured(checksums={"a", "b"})}))

    def test_checksums_tell_values_and_types_apart(self):
        answers = [1, 2, "1", [1], (1,), [("a", 1)], [("a", 2)], {"a": 1}, None, True]
        self.assertEqual(len({checksum(answer) for answer in answers}), len(answers))
        self.assertRegex(checksum(0), "^[0-9a-f]{8}$")


class Sizes(unittest.TestCase):
    def test_metrics_as_the_ui_words_them(self):
        self.assertEqual(bytes_of("472.0 B"), 472)
        self.assertEqual(bytes_of("1031.8 KiB"), int(1031.8 * 1024))
        self.assertEqual(bytes_of("1,031.8 KiB"), int(1031.8 * 1024))
        self.assertEqual(bytes_of("2.0 GiB"), 2 * 1024**3)
        self.assertEqual(bytes_of("total (min, med, max (stageId: taskId))\n3.0 MiB (1.0 MiB, 1.0 MiB)"), 3 * 1024**2)
        self.assertEqual(bytes_of("12 ms"), 0)

    def test_sizes_as_they_are_printed(self):
        expected = {0: "0 B", 472: "472 B", 999: "999 B", 1000: "1.0 kB", 99_960: "100 kB", 999_600: "1.0 MB"}
        expected.update({6_000_000: "6.0 MB", 168_000_000: "168 MB", 2 * 10**9: "2.0 GB", 3 * 10**12: "3.0 TB"})
        self.assertEqual({count: size(count) for count in expected}, expected)


class Joins(unittest.TestCase):
    switched = """== Physical Plan ==
AdaptiveSparkPlan (30)
+- == Final Plan ==
   * BroadcastHashJoin Inner BuildRight (14)
   :- AQEShuffleRead (6)
   +- BroadcastQueryStage (13), Statistics(sizeInBytes=1031.8 KiB, rowCount=1.00E+3)
+- == Initial Plan ==
   SortMergeJoin Inner (25)


(25) SortMergeJoin
Left keys [1]: [k#2L]"""

    def test_a_plan_that_changed(self):
        self.assertEqual(joins_of(self.switched), ["SortMergeJoin -> BroadcastHashJoin"])

    def test_a_plan_that_did_not(self):
        plan = self.switched.replace("BroadcastHashJoin", "SortMergeJoin")
        self.assertEqual(joins_of(plan), ["SortMergeJoin"])

    def test_skew(self):
        plan = self.switched.replace("BroadcastHashJoin Inner", "SortMergeJoin(skew=true) Inner")
        self.assertEqual(joins_of(plan), ["SortMergeJoin -> SortMergeJoin(skew=true)"])

    def test_a_plan_without_adaptive_execution(self):
        plan = "== Physical Plan ==\n* ShuffledHashJoin Inner (3)\n\n(3) ShuffledHashJoin"
        self.assertEqual(joins_of(plan), ["ShuffledHashJoin"])

    def test_a_join_that_vanished(self):
        plan = self.switched.replace("   * BroadcastHashJoin Inner BuildRight (14)", "   LocalTableScan (14)")
        self.assertEqual(joins_of(plan), [])

    def test_no_plan(self):
        self.assertEqual(joins_of(""), [])


if __name__ == "__main__":
    unittest.main()
