package build

import (
	"io"
	"os"

	"github.com/cutoverdev/cutover/schemas"
)

// readLimited reads a file up to one byte more than may be read.
func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadLimited(f)
}

// ReadLimited reads up to one byte more than schemas.MaxFile, so that what is
// larger is refused without being held.
func ReadLimited(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, schemas.MaxFile+1))
}
