package advance

import (
	"testing"
	"time"

	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestDecide: every row of the table in the comment of Decide, and those between.
func TestDecide(t *testing.T) {
	say := func(o evidence.Outcome) Verdict {
		return Verdict{Bound: "errors max 1%", Verdict: evidence.Verdict{Outcome: o, Why: "why"}}
	}
	good, open, bad := say(evidence.NotWorse), say(evidence.NotYet), say(evidence.Worse)
	hold := []schemas.Finding{{ID: "hold", Message: "1m left"}, {ID: "note", Message: "no reason", Severity: schemas.Warning}}
	for name, c := range map[string]struct {
		f    Facts
		want Decision
	}{
		"idle":                {Facts{}, Decision{Nothing, []string{"no release is under way"}}},
		"nothing to judge":    {Facts{UnderWay: true, Back: Abort}, Decision{Act: Promote}},
		"held":                {Facts{UnderWay: true, Blocked: hold}, Decision{Wait, []string{"hold: 1m left"}}},
		"good":                {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{good}}, Decision{Promote, []string{"errors max 1%: not worse: why"}}},
		"good and held":       {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{good}, Blocked: hold}, Decision{Wait, []string{"hold: 1m left"}}},
		"good, job runs":      {Facts{UnderWay: true, Judged: true, Verdicts: []Verdict{good}, Jobs: []string{"migrate"}}, Decision{Wait, []string{"job migrate has not ended well"}}},
		"one is open":         {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{good, open}}, Decision{Wait, []string{"errors max 1%: not known yet: why"}}},
		"open and held":       {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{open}, Blocked: hold}, Decision{Wait, []string{"errors max 1%: not known yet: why", "hold: 1m left"}}},
		"judged, no verdict":  {Facts{UnderWay: true, Judged: true}, Decision{Wait, []string{"the analysis has no bound that can be judged"}}},
		"deadline not over":   {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{open}, Deadline: time.Hour, Stood: time.Minute}, Decision{Wait, []string{"errors max 1%: not known yet: why"}}},
		"deadline over":       {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{open}, Deadline: time.Hour, Stood: time.Hour}, Decision{Abort, []string{"no verdict within 1h", "errors max 1%: not known yet: why"}}},
		"bad":                 {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{good, bad, open}}, Decision{Abort, []string{"errors max 1%: worse: why"}}},
		"bad in spite of all": {Facts{UnderWay: true, Back: Abort, Judged: true, Verdicts: []Verdict{bad}, Blocked: hold, Paused: true}, Decision{Abort, []string{"errors max 1%: worse: why"}}},
		"bad, no way back":    {Facts{UnderWay: true, Judged: true, Verdicts: []Verdict{bad}}, Decision{Wait, []string{"errors max 1%: worse: why", "there is nothing to take back at this stage: cutover abort, or rollback"}}},
		"paused":              {Facts{UnderWay: true, Back: Abort, Paused: true, Blocked: []schemas.Finding{{ID: "paused", Message: "Monday"}}}, Decision{Nothing, []string{"paused: Monday"}}},
		"watched":             {Facts{Back: Rollback, Judged: true, Verdicts: []Verdict{good}}, Decision{Nothing, []string{"the release is over, and is watched"}}},
		"watched and bad":     {Facts{Back: Rollback, Judged: true, Verdicts: []Verdict{bad}}, Decision{Rollback, []string{"errors max 1%: worse: why"}}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, Decide(c.f)) })
	}
}

// TestClosed: windows open and close by the clock of their zone, over a change of clocks.
func TestClosed(t *testing.T) {
	night := schemas.Window{Kind: "deny", Schedule: "0 22 * * 1-5", Duration: schemas.Duration(9 * time.Hour), TimeZone: "Europe/Berlin", Reason: "nobody is there"}
	office := schemas.Window{Kind: "allow", Schedule: "30 9 * * mon-fri", Duration: schemas.Duration(2 * time.Hour), TimeZone: "UTC"}
	for _, c := range []struct {
		windows []schemas.Window
		at      string
		closed  bool
	}{
		{nil, "2026-05-04T10:00:00Z", false},
		{[]schemas.Window{night}, "2026-05-04T19:59:59Z", false}, // 21:59 in Berlin
		{[]schemas.Window{night}, "2026-05-04T20:00:00Z", true},
		{[]schemas.Window{night}, "2026-05-05T04:59:59Z", true},
		{[]schemas.Window{night}, "2026-05-05T05:00:00Z", false},
		{[]schemas.Window{night}, "2026-12-04T20:30:00Z", false}, // winter: 21:30
		{[]schemas.Window{night}, "2026-12-04T21:00:00Z", true},
		{[]schemas.Window{night}, "2026-05-09T20:30:00Z", false}, // Saturday
		{[]schemas.Window{office}, "2026-05-04T09:29:59Z", true},
		{[]schemas.Window{office}, "2026-05-04T09:30:00Z", false},
		{[]schemas.Window{office}, "2026-05-04T11:29:59Z", false},
		{[]schemas.Window{office}, "2026-05-04T11:30:00Z", true},
		{[]schemas.Window{office, night}, "2026-05-04T10:00:00Z", false},
		{[]schemas.Window{office, night}, "2026-05-04T21:00:00Z", true},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		require.NoError(t, err)
		why, err := Closed(c.windows, at, time.LoadLocation)
		require.NoError(t, err)
		require.Equal(t, c.closed, why != "", "%s: %q", c.at, why)
	}
	_, err := Closed([]schemas.Window{{Kind: "deny", Schedule: "@daily", TimeZone: "Europe/Nowhere", Duration: 1}}, time.Unix(0, 0), time.LoadLocation)
	require.ErrorContains(t, err, "spec.windows[0].timeZone: Europe/Nowhere is not known here")
}
