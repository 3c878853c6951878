package larder.tiering;

/** What a tier is charged for, in bytes; guarded by its index. */
final class Charges {
  private long resident;
  private long departing;
  private long reserved;
  private long unwritten;

  /** All: resident, removed but still open, and reserved. */
  long used() {
    return filled() + departing;
  }

  /** What is there to stay, and what will come. */
  long filled() {
    return resident + reserved;
  }

  /** Reserved bytes that are not on the medium yet. */
  long unwritten() {
    return unwritten;
  }

  void reserve(Reservation reservation, long total) {
    long more = total - reservation.bytes();
    reservation.charge(total);
    reserved += more;
    unwritten += more;
  }

  void wrote(Reservation reservation, long more) {
    long counted = Math.min(more, reservation.unwritten());
    reservation.wrote(counted);
    unwritten -= counted;
  }

  void release(Reservation reservation) {
    reserved -= reservation.bytes();
    unwritten -= reservation.unwritten();
    reservation.clear();
  }

  void entered(long bytes) {
    resident += bytes;
  }

  void departed(long bytes) {
    resident -= bytes;
    departing += bytes;
  }

  /** What had departed is off the medium, or resident again. */
  void gone(long bytes) {
    departing -= bytes;
  }
}
