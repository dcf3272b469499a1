package report

import "io"

// formats are the ways to print a report.
var formats = []struct {
	name  string
	print func(r Report, stdout, stderr io.Writer) error
}{
	{"text", Report.text},
	{"json", Report.json},
	{"sarif", Report.sarif},
	{"github", Report.github},
	{"markdown", Report.markdown},
}

// Formats are the names of the formats, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Print prints a report in one of [Formats]. It returns [ErrFindings] or
// [ErrUnreadable] as [Failed] does, and [ErrFindings] if the report is strict and
// something is not judged, or stands on what has ended.
func (r Report) Print(format string, stdout, stderr io.Writer) error {
	for _, f := range formats {
		if f.name != format {
			continue
		}
		if err := f.print(r, stdout, stderr); err != nil {
			return err
		}
	}
	if err := Failed(r.Findings); err != nil {
		return err
	}
	if r.Strict && (r.Outcome() == NotJudged || r.worn()) {
		return ErrFindings
	}
	return nil
}
