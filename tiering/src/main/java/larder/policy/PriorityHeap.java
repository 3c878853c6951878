package larder.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** A binary heap whose elements know where they are, so that one whose priority changed moves. */
final class PriorityHeap<E extends PriorityHeap.Element> {
  private final List<E> elements = new ArrayList<>();

  /** Ordered by priority; of equal ones that which came first. */
  abstract static class Element implements Comparable<Element> {
    double priority;
    private final long serial;
    private int at;

    Element(long serial) {
      this.serial = serial;
    }

    @Override
    public int compareTo(Element other) {
      int order = Double.compare(priority, other.priority);
      return order != 0 ? order : Long.compare(serial, other.serial);
    }
  }

  int size() {
    return elements.size();
  }

  /** Any of them by number; number 0 is the least. */
  E at(int number) {
    return elements.get(number);
  }

  void add(E element) {
    elements.add(element);
    set(elements.size() - 1, element);
    up(elements.size() - 1);
  }

  /** Its priority has changed. */
  void moved(E element) {
    int at = ((Element) element).at;
    up(at);
    down(((Element) element).at);
  }

  void remove(E element) {
    int at = ((Element) element).at;
    E last = elements.removeLast();
    if (at < elements.size()) {
      set(at, last);
      moved(last);
    }
  }

  /** From the least on, while nothing is changed. */
  Iterator<E> inOrder() {
    // Of the children of all that was answered the least is next.
    PriorityQueue<E> border = new PriorityQueue<>(Comparator.naturalOrder());
    if (!elements.isEmpty()) {
      border.add(elements.getFirst());
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !border.isEmpty();
      }

      @Override
      public E next() {
        E least = border.poll();
        if (least == null) {
          throw new NoSuchElementException();
        }
        int child = 2 * ((Element) least).at + 1;
        for (int i = child; i < Math.min(child + 2, elements.size()); i++) {
          border.add(elements.get(i));
        }
        return least;
      }
    };
  }

  private void up(int from) {
    E element = elements.get(from);
    int at = from;
    while (at > 0 && element.compareTo(elements.get((at - 1) / 2)) < 0) {
      set(at, elements.get((at - 1) / 2));
      at = (at - 1) / 2;
    }
    set(at, element);
  }

  private void down(int from) {
    E element = elements.get(from);
    int at = from;
    for (int child = 2 * at + 1; child < elements.size(); child = 2 * at + 1) {
      int least = child;
      if (child + 1 < elements.size()
          && elements.get(child + 1).compareTo(elements.get(child)) < 0) {
        least = child + 1;
      }
      if (element.compareTo(elements.get(least)) <= 0) {
        break;
      }
      set(at, elements.get(least));
      at = least;
    }
    set(at, element);
  }

  private void set(int at, E element) {
    elements.set(at, element);
    ((Element) element).at = at;
  }
}
