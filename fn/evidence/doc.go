// Package evidence judges a candidate by its numbers of requests: is it worse than its
// bounds allow, is it not, or are there not enough requests yet to say so?
//
// Somebody looks every minute. A test that is made for one look is wrong far more often
// than it says when it is repeated, and a rule such as "three failures in a row" has no
// error rate at all. So every verdict here comes from an e-process: a number that, as
// long as the hypothesis holds, exceeds 1/level at any time, ever, with a probability of
// at most level. It may be looked at as often as one likes, by calls that know nothing of
// one another: it is made of the counts since the stage began, and of nothing else.
//
// The e-process is the likelihood of what was seen, mixed over all shares, divided by the
// largest likelihood that the hypothesis gives it (universal inference: Wasserman, Ramdas
// and Balakrishnan, PNAS 117, 2020; the mixture is that of Robbins, 1970, and of the
// mixture SPRT). For every share within the hypothesis the mixture divided by that share's
// likelihood is a martingale that begins at 1, and Ville's inequality bounds how often it
// ever exceeds 1/level. That holds for any split between the tracks, also for one that
// changes on the way, for few failures as for many, without a normal approximation; and
// for requests that count in part, as those of a bucket that a bound of latency cuts. It
// is conservative: real rates of error stay below the level. It takes requests for
// independent. Failures that come in bursts are not, and then a lower level is due.
//
// Each bound is tested in both directions, with two levels:
//
//	Worse      the hypothesis that the bound is kept is refuted at the level of an abort
//	NotWorse   the hypothesis that the bound is broken is refuted at the level of a pass
//	NotYet     neither: there are not enough requests, or the truth is at the bound
//
// No requests are NotYet: no data is never a pass.
//
// The files, from the top:
//
//	power.go      what a stage can find, before there are requests
//	latency.go    quantiles, by the requests of a histogram that are slower than a bound
//	share.go      shares of requests, against a bound and against live
//	value.go      numbers, window by window
//	process.go    the e-processes
//	verdict.go    outcomes and levels
package evidence
